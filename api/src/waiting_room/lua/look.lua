-- Numbers given (-1: lost), people admitted so far, people inside without a hold.
-- KEYS: counters, inside. ARGV: now.
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[1])
return {
  tonumber(redis.call('HGET', KEYS[1], 'n') or -1),
  tonumber(redis.call('HGET', KEYS[1], 'admitted') or 0),
  redis.call('ZCARD', KEYS[2]),
}
