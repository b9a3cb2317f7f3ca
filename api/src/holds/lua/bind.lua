-- Binds hold ids, each to where it is. KEYS[1] the pointers of this half hour, KEYS[2] those of the
-- one before. ARGV 1 seconds that KEYS[1] lives, then pairs: id, pointer.
-- Answers a list: per pair 1 (bound to this, now or before) or 0 (bound to another).

local ids, wanted = {}, {}
for i = 2, #ARGV, 2 do
  ids[#ids + 1], wanted[#wanted + 1] = ARGV[i], ARGV[i + 1]
end
local young = redis.call('HMGET', KEYS[1], unpack(ids))
local old = redis.call('HMGET', KEYS[2], unpack(ids))
local bound, fresh, answers = {}, {}, {}
for i, id in ipairs(ids) do
  local before = bound[id] or young[i] or old[i]
  answers[i] = (not before or before == wanted[i]) and 1 or 0
  if answers[i] == 1 and not bound[id] and not young[i] then
    fresh[#fresh + 1], fresh[#fresh + 2] = id, wanted[i]
  end
  bound[id] = before or wanted[i]
end
if #fresh > 0 then
  redis.call('HSET', KEYS[1], unpack(fresh))
  redis.call('EXPIRE', KEYS[1], ARGV[1], 'NX')
end
return answers
