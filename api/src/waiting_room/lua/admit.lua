-- Until when the account may hold seats and how often that was extended; -1 when that is over.
-- KEYS: admissions, inside, counters. ARGV: account, place, '1' behind the draw, now, until.
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  local place, till, more = string.match(known, '^(%S+) (%d+) (%d+)$')
  if tonumber(till) > tonumber(ARGV[4]) then return {tonumber(till), tonumber(more)} end
  if place == ARGV[2] or ARGV[3] == '0' then return {-1, 0} end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. ARGV[5] .. ' 0')
redis.call('ZADD', KEYS[2], ARGV[5], ARGV[1])
redis.call('HINCRBY', KEYS[3], 'admitted', 1)
return {tonumber(ARGV[5]), 0}
