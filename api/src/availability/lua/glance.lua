-- What a card shows of an event, after freeing what has expired: free and held places, and how many
-- can be had side by side (up to four). ARGV 3… category numbers.
-- Answers {OK, free, held, together, …} in the order asked.

local other = other_epoch('epoch')
if other then return other end

-- Rows that nobody has taken a seat in yet are in no index: the next few are looked at.
local FRESH_ROWS = 16

local function fresh_together(c, next)
  local best = 0
  local lengths = call('GETRANGE', base .. 'lay:' .. c, whole(next), whole(next + FRESH_ROWS - 1))
  for i = 1, #lengths do
    local length = byte(lengths, i)
    if length > best and call('HEXISTS', base .. 'rows:' .. c, whole(next + i - 1)) == 0 then
      best = length
      if best >= 4 then return 4 end
    end
  end
  return best
end

local function indexed_together(c)
  for _, fit in ipairs({ { 4, '4+' }, { 3, '3+' }, { 2, '2' }, { 1, '1' } }) do
    if call('EXISTS', base .. 'fit:' .. c .. ':' .. fit[2]) == 1 then return fit[1] end
  end
  return 0
end

sweep_all()
finish()
local answer = { 'OK' }
for i = 3, #ARGV do
  local c = ARGV[i]
  local n = call('HMGET', meta, 'free:' .. c, 'held:' .. c, 'next:' .. c)
  local together = 0
  if (tonumber(n[1]) or 0) > 0 then
    -- Most often the next fresh row says it all.
    together = fresh_together(c, tonumber(n[3]) or 0)
    if together < 4 then together = math.max(together, indexed_together(c)) end
  end
  answer[#answer + 1] = n[1] or ''
  answer[#answer + 1] = n[2] or ''
  answer[#answer + 1] = whole(together)
end
return answer
