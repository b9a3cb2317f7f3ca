-- A category, all free and no row opened. ARGV 3 category, 4 row lengths, a byte each.

local other = other_epoch('loading')
if other then return other end

local c, capacity = ARGV[3], 0
for i = 1, #ARGV[4] do capacity = capacity + byte(ARGV[4], i) end
call('SET', base .. 'lay:' .. c, ARGV[4])
call('HSET', meta, 'cap:' .. c, capacity, 'free:' .. c, capacity, 'held:' .. c, 0,
  'taken:' .. c, 0, 'next:' .. c, 0)
return { 'OK' }
