-- The later end of an admission; -1 when it is over or was extended often enough.
-- KEYS: admissions, inside. ARGV: account, now, more milliseconds, extensions at most.
local known = redis.call('HGET', KEYS[1], ARGV[1])
if not known then return {-1, 0} end
local place, till, more = string.match(known, '^(%S+) (%d+) (%d+)$')
if tonumber(till) <= tonumber(ARGV[2]) or tonumber(more) >= tonumber(ARGV[4]) then
  return {-1, tonumber(more)}
end
till = string.format('%.0f', tonumber(till) + tonumber(ARGV[3]))
redis.call('HSET', KEYS[1], ARGV[1], place .. ' ' .. till .. ' ' .. (tonumber(more) + 1))
redis.call('ZADD', KEYS[2], 'XX', till, ARGV[1])
return {tonumber(till), tonumber(more) + 1}
