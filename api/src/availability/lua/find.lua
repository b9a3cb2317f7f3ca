-- One hold as it is. ARGV 3 hold id. Answers {HELD, 0, fields…} or {GONE|ORDERED|NONE}.

local other = other_epoch('epoch')
if other then return other end

local h = redis.call('HMGET', base .. 'h:' .. ARGV[3],
  's', 'o', 'c', 'r', 'f', 'k', 'fm', 'a', 'cur', 'x', 'or')
if h[1] == 'x' then return { 'GONE' } end
if not h[1] then
  return { redis.call('HEXISTS', base .. 'sold', ARGV[3]) == 1 and 'ORDERED' or 'NONE' }
end
local answer = { 'HELD', '0' }
for i = 1, 11 do answer[i + 2] = h[i] or '' end
return answer
