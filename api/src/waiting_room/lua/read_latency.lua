-- The slowest tenth of orders in any process that told it since ARGV[1]; -1 when none did.
-- KEYS: latencies.
local worst = -1
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local ms, at = string.match(all[i + 1], '^(%d+) (%d+)$')
  if tonumber(at) < tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], all[i])
  elseif tonumber(ms) > worst then
    worst = tonumber(ms)
  end
end
return worst
