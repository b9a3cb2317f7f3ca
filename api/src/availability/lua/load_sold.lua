-- Sold seats, some at a time. ARGV from 3, one each: hold id (16), owner (16), order (16), category
-- (1), row (4), first place (1), mask (1).
-- Answers {OK, how many could not be taken}.

local other = other_epoch('loading')
if other then return other end

local refused = 0
for i = 3, #ARGV do
  local it = ARGV[i]
  local c, row, first, mask = unpacked('>BI4BB', it, 49)
  if take_sold(sub(it, 17, 32), sub(it, 33, 48), sub(it, 1, 16), c, row, first, mask) then
    refused = refused + 1
  end
end
return finish({ 'OK', tostring(refused) })
