-- Numbers up to ARGV[2] may be given; counting goes on at ARGV[1] when the count is lost.
-- KEYS: counters.
if redis.call('HEXISTS', KEYS[1], 'n') == 0 then
  redis.call('HSET', KEYS[1], 'n', ARGV[1], 'ceiling', ARGV[2])
elseif tonumber(redis.call('HGET', KEYS[1], 'ceiling')) < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], 'ceiling', ARGV[2])
end
return 1
