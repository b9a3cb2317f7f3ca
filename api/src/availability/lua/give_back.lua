-- An order has ended: what its hold still has becomes free. Idempotent: what is freed belongs to
-- this hold and this order. ARGV 3 hold id, 4 order, 5 row, 6 first place, 7 mask of the places.
-- Answers {OK, places freed}.

local other = other_epoch('epoch')
if other then return other end

local id, order = ARGV[3], ARGV[4]
local h = redis.call('HMGET', base .. 'h:' .. id, 's', 'or', 'k')
if h[1] == 'k' and h[2] == order then
  free_hold(id)
  return { 'OK', h[3] }
end
local sold = read_sold(id)
if not sold or sold.order ~= order or sold.row ~= ARGV[5] then return { 'OK', '0' } end

local shift = tonumber(sold.first) - tonumber(ARGV[6])
local free, stays, freed = {}, {}, 0
for i = 1, #sold.mask do
  local mine = string.sub(sold.mask, i, i) == '1'
  local wanted = string.sub(ARGV[7], i + shift, i + shift) == '1' and i + shift >= 1
  free[i] = mine and wanted and '1' or '0'
  stays[i] = mine and not wanted and '1' or '0'
  if free[i] == '1' then freed = freed + 1 end
end
if freed == 0 then return { 'OK', '0' } end
change(sold.c, sold.row, tonumber(sold.first), table.concat(free), '1', '0')
count('taken:' .. sold.c, -freed)
count('free:' .. sold.c, freed)
count_tickets(sold.owner, -freed)
sold.mask = table.concat(stays)
if string.find(sold.mask, '1') then
  write_sold(id, sold)
else
  redis.call('HDEL', base .. 'sold', id)
end
return { 'OK', tostring(freed) }
