-- Shared by every script of the inventory; put before each of them.
--
-- KEYS[1] is the event's `…:meta`; the event's other keys are named from it and share its hash
-- tag, so they live on the same node of a cluster. ARGV[1] is the epoch the caller knows,
-- ARGV[2] the caller's time in milliseconds. See keys.rs for the families.
--
-- A script looks at everything through the tables below: what it needs is read once, changed here,
-- and written by `finish`, each family with one command. So requests that come together cost
-- Redis little more than one of them.

local call, sub, rep, byte, find = redis.call, string.sub, string.rep, string.byte, string.find
local format = string.format
local pack, unpacked = struct.pack, struct.unpack
local band, bor, bxor, lshift, rshift = bit.band, bit.bor, bit.bxor, bit.lshift, bit.rshift
local min = math.min
local meta = KEYS[1]
local base = sub(meta, 1, -5)
local now = tonumber(ARGV[2])

-- A command takes so many values at most.
local VALUES_MAX = 2000

local function write(command, key, values)
  for from = 1, #values, VALUES_MAX do
    call(command, key, unpack(values, from, min(from + VALUES_MAX - 1, #values)))
  end
end

-- A whole number as text: much quicker than what a number becomes by itself.
local function whole(number) return format('%d', number) end

-- The moment before which nobody is to be looked at again, in milliseconds; nil when nobody is.
local next_due

-- Whoever comes with another epoch than the one in force is told so and changes nothing.
local function other_epoch(field)
  local is = call('HMGET', meta, field, 'due')
  next_due = tonumber(is[2])
  if is[1] == ARGV[1] then return nil end
  local seen = call('HMGET', meta, 'epoch', 'loading', 'loading_at')
  return { 'EPOCH', seen[1] or '', seen[2] or '', seen[3] or '' }
end

---------------------------------------------------------------------------- counters

local counters = {}

local function counters_of(c)
  local known = counters[c]
  if not known then
    local of = whole(c)
    local names = { 'free:' .. of, 'held:' .. of, 'taken:' .. of, 'next:' .. of }
    local seen = call('HMGET', meta, names[1], names[2], names[3], names[4])
    known = { free = tonumber(seen[1]) or 0, held = tonumber(seen[2]) or 0,
      taken = tonumber(seen[3]) or 0, next = tonumber(seen[4]) or 0, names = names }
    counters[c] = known
  end
  return known
end

-- Places of a category that go from one counter to another.
local function move(c, from, to, places)
  local known = counters_of(c)
  known[from] = known[from] - places
  known[to] = known[to] + places
  known.changed = true
end

---------------------------------------------------------------------------- rows

-- The indexes of rows by what fits in them: a free run of exactly so many places (what a formula
-- of one to four fills, or leaves a single of), or of at least so many (room for a formula that
-- leaves no single). A set of indexes is a number, a bit each in this order.
local FITS = { '1', '2', '3', '4', '5', '3+', '4+', '5+', '6+' }
-- By length of run up to six; longer ones are alike.
local RUN_FITS = { 0x001, 0x002, 0x024, 0x068, 0x0f0, 0x1e0 }
local RUN_MAX = 6

-- What fits in a row, and its free run if it has only one: the first and the last place, from 1.
local function fits_of(seats)
  local first, last = find(seats, '0+')
  if not first then return 0 end
  local fits = RUN_FITS[min(last - first + 1, RUN_MAX)]
  local more, to = find(seats, '0+', last + 1)
  if not more then return fits, first, last end
  while more do
    fits = bor(fits, RUN_FITS[min(to - more + 1, RUN_MAX)])
    more, to = find(seats, '0+', to + 1)
  end
  return fits
end

local halls = {}

-- What is known of a category: its rows by number (false: there is none), its indexes as they are
-- stored, and the best row of each index, until in some row something else fits (by the negative
-- number of places: the row they were last taken from).
local function hall_of(c)
  local hall = halls[c]
  if not hall then
    local of = whole(c)
    hall = { rows = {}, indexes = {}, best = {}, stored = base .. 'rows:' .. of,
      lay = base .. 'lay:' .. of, fit = base .. 'fit:' .. of .. ':' }
    halls[c] = hall
  end
  return hall
end

-- A row: a string of 0 (free) and 1, whether it is opened (stored), and what fits in it.
local function row_of(c, row)
  local hall = hall_of(c)
  local known = hall.rows[row]
  if known ~= nil then return known end
  known = false
  local at = whole(row)
  local seats = call('HGET', hall.stored, at)
  if seats then
    local fits, from, to = fits_of(seats)
    known = { hall = hall, row = row, seats = seats, taken = 0, opened = true, fits = fits,
      indexed = fits, from = from, to = to }
    hall.best = {}
  else
    local length = call('GETRANGE', hall.lay, at, at)
    if length ~= '' then
      known = { hall = hall, row = row, seats = rep('0', byte(length)), taken = 0, opened = false,
        fits = 0, indexed = 0 }
    end
  end
  hall.rows[row] = known
  return known
end

local function put_fits(known, fits, from, to)
  if fits ~= known.fits then known.hall.best = {} end
  known.fits, known.from, known.to = fits, from, to
end

-- The places of a row as they are now: `taken` ones up to `upto` are not written down yet.
local function seats_of(known)
  local taken, seats, upto = known.taken, known.seats, known.upto
  if taken > 0 then
    seats = sub(seats, 1, upto - taken) .. rep('1', taken) .. sub(seats, upto + 1)
    known.taken, known.seats = 0, seats
  end
  return seats
end

local function put_row(known, seats)
  known.seats, known.opened, known.changed = seats, true, true
  put_fits(known, fits_of(seats))
end

-- Places side by side, by their mask: what a formula takes.
local SIDE_BY_SIDE = { [1] = 1, [3] = 2, [7] = 3, [15] = 4 }

local function places_in(mask)
  local places = SIDE_BY_SIDE[mask]
  if places then return places end
  places = 0
  while mask > 0 do
    places = places + band(mask, 1)
    mask = rshift(mask, 1)
  end
  return places
end

-- The places where the mask's bits are set (the lowest is the first), changed; nil when one of them
-- is not in the state `from`.
local function masked(seats, first, mask, from, to)
  local k = SIDE_BY_SIDE[mask]
  if k then
    if sub(seats, first + 1, first + k) ~= rep(from, k) then return nil end
    return sub(seats, 1, first) .. rep(to, k) .. sub(seats, first + k + 1)
  end
  local places, at = { sub(seats, 1, first) }, first
  while mask > 0 do
    at = at + 1
    local place = sub(seats, at, at)
    if band(mask, 1) == 1 then
      if place ~= from then return nil end
      place = to
    end
    places[#places + 1] = place
    mask = rshift(mask, 1)
  end
  places[#places + 1] = sub(seats, at + 1)
  return table.concat(places)
end

local function span_of(mask)
  local span = SIDE_BY_SIDE[mask]
  if span then return span end
  span = 0
  while mask > 0 do
    span = span + 1
    mask = rshift(mask, 1)
  end
  return span
end

-- Changes places of a row, all or none: nil, or INVALID (no such place), TAKEN (a place is not in
-- the state `from`).
local function change(c, row, first, mask, from, to)
  local known = row_of(c, row)
  if not known or first < 0 or first + span_of(mask) > #known.seats then return 'INVALID' end
  local seats = masked(seats_of(known), first, mask, from, to)
  if not seats then return 'TAKEN' end
  put_row(known, seats)
end

---------------------------------------------------------------------------- people

-- A person's record is the entries of their holds, one after the other. An entry (entry.rs has the
-- same):
--   1 state: h held, k kept for an order, s sold, x ended
--   2 category · 3–6 row · 7 first place · 8 mask of places · 9–24 hold id
--   h: 25–28 cents, 29 currency, 30–35 expires at
--   k: the same with 30–35 pay before, then 36–41 swept at, 42–57 order
--   s: 25–40 order, 41–46 when
--   x: 25–30 when; its mask is 0 unless it ran out before it was ordered
local HELD, KEPT, SOLD, ENDED = 104, 107, 115, 120
local LENGTH = { [HELD] = 35, [KEPT] = 57, [SOLD] = 46, [ENDED] = 30 }
-- A released hold is remembered so long, so that a late repetition of its request stays refused.
local ENDED_MS = 120000

local function ms(number) return pack('>I6', number) end
local function ms_at(text, at) return (unpacked('>I6', text, at)) end

local people, changed_people = {}, {}
local people_key = base .. 'people'

-- Reads those that are not known yet, with one command.
local function read_people(owners)
  local unknown = {}
  for _, owner in ipairs(owners) do
    if people[owner] == nil then
      people[owner] = ''
      unknown[#unknown + 1] = owner
    end
  end
  for from = 1, #unknown, VALUES_MAX do
    local last = min(from + VALUES_MAX - 1, #unknown)
    local records = call('HMGET', people_key, unpack(unknown, from, last))
    for i, record in ipairs(records) do
      if record then people[unknown[from + i - 1]] = record end
    end
  end
end

local function record_of(owner)
  if people[owner] == nil then people[owner] = call('HGET', people_key, owner) or '' end
  return people[owner]
end

local function put_record(owner, record)
  people[owner] = record
  changed_people[owner] = true
end

-- Where a hold's entry begins, and its state; nil when there is none. No string is made for the
-- entries passed over: the id is where an entry has it, or its bytes stand elsewhere by chance.
local function find_entry(record, id)
  local found, at = find(record, id, 1, true), 1
  while found do
    while at + 8 < found do at = at + LENGTH[byte(record, at)] end
    if at + 8 == found then return at, byte(record, at) end
    found = find(record, id, found + 1, true)
  end
end

local function with_entry(record, at, entry)
  return sub(record, 1, at - 1) .. entry .. sub(record, at + LENGTH[byte(record, at)])
end

-- Category, row, first place, mask.
local function seats_at(record, at)
  return unpacked('>BI4BB', record, at + 1)
end

---------------------------------------------------------------------------- ends

-- Who is to be looked at again, and when: an entry is a moment (6) and the people of it (16 each).
-- Each queue is in the order of its moments, since what is put in one lives equally long.
local QUEUES = { [HELD] = 'h', [KEPT] = 'k', [ENDED] = 'x' }
local due = { [HELD] = {}, [KEPT] = {}, [ENDED] = {} }
local SWEEP_BATCH = 16
local SWEEP_ROUNDS_MAX = 64

-- `moment` as a string of 6 bytes. An entry has about as many people as a sweep looks at.
local function look_again(state, owner, moment)
  local queue = due[state]
  local entry = queue[#queue]
  if queue.moment ~= moment or #entry > SWEEP_BATCH then
    entry = { moment }
    queue.moment, queue[#queue + 1] = moment, entry
    local at = ms_at(moment, 1)
    if not next_due or at < next_due then next_due, due.changed = at, true end
  end
  entry[#entry + 1] = owner
end

-- What stays of an unpaid entry whose seats are free again. One that ran out keeps its mask, so
-- that its owner can be told of it.
local function ended(owner, record, at, ran_out)
  local c, row, first, mask = seats_at(record, at)
  if not change(c, row, first, mask, '1', '0') then move(c, 'held', 'free', places_in(mask)) end
  look_again(ENDED, owner, ms(now + ENDED_MS))
  local left = ran_out and mask or 0
  return pack('>B', ENDED) .. sub(record, at + 1, at + 6) .. pack('>B', left)
    .. sub(record, at + 8, at + 23) .. ms(now)
end

local function end_hold(owner, at, ran_out)
  local record = record_of(owner)
  put_record(owner, with_entry(record, at, ended(owner, record, at, ran_out)))
end

local function is_due(record, at, state)
  if state == HELD then return ms_at(record, at + 29) <= now end
  if state == KEPT then return ms_at(record, at + 35) <= now end
  return state == ENDED and ms_at(record, at + 24) + ENDED_MS <= now
end

-- Ends what is due of a person. Before the head of the earliest queue hardly anything is.
local function end_due(owner)
  if not next_due or next_due > now then return end
  local record, at = record_of(owner), 1
  while at <= #record do
    local state = byte(record, at)
    if is_due(record, at, state) then
      if state == ENDED then
        record = with_entry(record, at, '')
        put_record(owner, record)
      else
        end_hold(owner, at, state == HELD)
        record = record_of(owner)
        at = at + LENGTH[ENDED]
      end
    else
      at = at + LENGTH[state]
    end
  end
end

-- Looks at some people whose moment has come, about so many of each queue; returns how many.
local function sweep(most)
  if not next_due or next_due > now then return 0 end
  local swept = 0
  for _, name in pairs(QUEUES) do
    local key = base .. 'due:' .. name
    local owners = {}
    while #owners < most do
      local entry = call('LINDEX', key, 0)
      if not entry or ms_at(entry, 1) > now then break end
      call('LPOP', key)
      for at = 7, #entry, 16 do owners[#owners + 1] = sub(entry, at, at + 15) end
    end
    if #owners > 0 then
      read_people(owners)
      for _, owner in ipairs(owners) do end_due(owner) end
      swept = swept + #owners
    end
  end
  due.swept = true
  return swept
end

local function sweep_all()
  for _ = 1, SWEEP_ROUNDS_MAX do
    if sweep(SWEEP_BATCH) == 0 then return end
  end
end

-- Takes free seats as sold: an entry with its owner and order. Nil, or TAKEN or INVALID.
local function take_sold(owner, order, id, c, row, first, mask)
  local refused = change(c, row, first, mask, '0', '1')
  if refused then return refused end
  move(c, 'free', 'taken', places_in(mask))
  local record = record_of(owner)
  local entry = pack('>BBI4BB', SOLD, c, row, first, mask) .. id .. order .. ms(now)
  local at = find_entry(record, id)
  put_record(owner, at and with_entry(record, at, entry) or record .. entry)
end

---------------------------------------------------------------------------- the end

local function finish_hall(hall)
  local rows, more, less = {}, {}, {}
  for row, known in pairs(hall.rows) do
    if known and known.changed then
      local at = whole(row)
      rows[#rows + 1], rows[#rows + 2] = at, seats_of(known)
      local changed, fit = bxor(known.indexed, known.fits), 1
      while changed > 0 do
        if band(changed, 1) == 1 then
          local is_more = band(known.fits, lshift(1, fit - 1)) ~= 0
          local changes = is_more and more or less
          local list = changes[fit] or {}
          changes[fit] = list
          list[#list + 1] = at
          if is_more then list[#list + 1] = at end
        end
        changed, fit = rshift(changed, 1), fit + 1
      end
    end
  end
  write('HSET', hall.stored, rows)
  for fit, list in pairs(more) do write('ZADD', hall.fit .. FITS[fit], list) end
  for fit, list in pairs(less) do write('ZREM', hall.fit .. FITS[fit], list) end
end

local function finish_counters()
  local fields = {}
  for _, known in pairs(counters) do
    if known.changed then
      local names = known.names
      fields[#fields + 1], fields[#fields + 2] = names[1], whole(known.free)
      fields[#fields + 1], fields[#fields + 2] = names[2], whole(known.held)
      fields[#fields + 1], fields[#fields + 2] = names[3], whole(known.taken)
      fields[#fields + 1], fields[#fields + 2] = names[4], whole(known.next)
    end
  end
  if due.changed then fields[#fields + 1], fields[#fields + 2] = 'due', whole(next_due) end
  write('HSET', meta, fields)
end

local function finish_people()
  local records, gone = {}, {}
  for owner in pairs(changed_people) do
    local record = people[owner]
    if record == '' then
      gone[#gone + 1] = owner
    else
      records[#records + 1], records[#records + 2] = owner, record
    end
  end
  write('HSET', people_key, records)
  write('HDEL', people_key, gone)
end

local function finish_due()
  local earliest
  for state, name in pairs(QUEUES) do
    local key = base .. 'due:' .. name
    local entries = due[state]
    for i, entry in ipairs(entries) do entries[i] = table.concat(entry) end
    write('RPUSH', key, entries)
    if due.swept then
      local head = call('LINDEX', key, 0)
      local moment = head and ms_at(head, 1)
      if moment and (not earliest or moment < earliest) then earliest = moment end
    end
  end
  if due.swept then
    next_due, due.changed = earliest, earliest ~= nil
    if not earliest then call('HDEL', meta, 'due') end
  end
end

-- Writes what was changed, and answers. Nothing may be looked at through the tables after it.
local function finish(answer)
  for _, hall in pairs(halls) do finish_hall(hall) end
  finish_people()
  finish_due()
  finish_counters()
  return answer
end

