-- Marks something as used for ARGV[1] seconds. Answers 1 the first time, 0 after that.
if redis.call('SET', KEYS[1], '1', 'NX', 'EX', tonumber(ARGV[1])) then return 1 end
return 0
