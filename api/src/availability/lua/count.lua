-- The counters, after freeing what has expired. ARGV 3… category numbers.
-- Answers {OK, free, held, taken, capacity, …} in the order asked.

local other = other_epoch('epoch')
if other then return other end

sweep_all()
finish()
local answer = { 'OK' }
for i = 3, #ARGV do
  local c = ARGV[i]
  local n = call('HMGET', meta, 'free:' .. c, 'held:' .. c, 'taken:' .. c, 'cap:' .. c)
  for j = 1, 4 do answer[#answer + 1] = n[j] or '' end
end
return answer
