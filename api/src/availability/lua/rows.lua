-- The rows that somebody has taken a seat in, and the counters, after freeing what has expired: what
-- a seat map shows. Asked at most once in two seconds for an event and process.
-- ARGV 3… category numbers. Answers {OK, {free, held, taken, {row, seats, …}}, …}.

local other = other_epoch('epoch')
if other then return other end

sweep_all()
finish()
local answer = { 'OK' }
for i = 3, #ARGV do
  local c = ARGV[i]
  local n = call('HMGET', meta, 'free:' .. c, 'held:' .. c, 'taken:' .. c)
  answer[#answer + 1] = { n[1] or '0', n[2] or '0', n[3] or '0', call('HGETALL', base .. 'rows:' .. c) }
end
return answer
