-- KEYS: latencies. ARGV: process, 'p90 at'.
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
