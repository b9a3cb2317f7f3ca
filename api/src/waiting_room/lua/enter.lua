-- The next number, 0 for an account that is in the draw already, -1 when numbers must be reserved.
-- KEYS: counters, seen, admissions. ARGV: account, '1' before the draw, bits of the account...
local n = tonumber(redis.call('HGET', KEYS[1], 'n') or -1)
local ceiling = tonumber(redis.call('HGET', KEYS[1], 'ceiling') or -1)
if n < 0 or n >= ceiling then return -1 end
local seen = true
for i = 3, #ARGV do
  if redis.call('GETBIT', KEYS[2], ARGV[i]) == 0 then seen = false end
end
-- Whoever has been inside may queue up again, behind everybody.
if seen and redis.call('HEXISTS', KEYS[3], ARGV[1]) == 0 then return 0 end
if ARGV[2] == '1' then
  for i = 3, #ARGV do redis.call('SETBIT', KEYS[2], ARGV[i], 1) end
end
return redis.call('HINCRBY', KEYS[1], 'n', 1)
