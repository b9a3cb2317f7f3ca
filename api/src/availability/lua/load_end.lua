-- The load is complete: selling resumes under its epoch.

local other = other_epoch('loading')
if other then return other end

call('HDEL', meta, 'loading', 'loading_at')
call('HSET', meta, 'epoch', ARGV[1])
return { 'OK' }
