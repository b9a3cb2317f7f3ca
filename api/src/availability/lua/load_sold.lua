-- Sold seats, some at a time. ARGV from 3 in eights: hold id, category, row, first place, mask,
-- owner, order, when. Answers {OK, refused…} with the hold ids whose seats could not be taken.

local other = other_epoch('loading')
if other then return other end

local answer = { 'OK' }
for i = 3, #ARGV, 8 do
  local taken = take_sold(ARGV[i], { c = ARGV[i + 1], row = ARGV[i + 2], first = ARGV[i + 3],
    mask = ARGV[i + 4], owner = ARGV[i + 5], order = ARGV[i + 6], at = ARGV[i + 7] })
  if taken ~= 'OK' then answer[#answer + 1] = ARGV[i] end
end
return answer
