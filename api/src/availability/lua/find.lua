-- One hold as it is. ARGV 3: hold id (16), owner (16). Answers {`=` and the entry} or {GONE},
-- {ORDERED}, {NONE}.

local other = other_epoch('epoch')
if other then return other end

local id, owner = sub(ARGV[3], 1, 16), sub(ARGV[3], 17, 32)
local record = record_of(owner)
local at, state = find_entry(record, id)
if not state then return { 'NONE' } end
if state == ENDED then return { 'GONE' } end
if state == SOLD then return { 'ORDERED' } end
return { '=' .. sub(record, at, at + LENGTH[state] - 1) }
