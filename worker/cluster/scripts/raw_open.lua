-- Enters raw clients into their owner's set of open ids; each id that was not there is announced.
-- KEYS closed ids     ARGV 1 channel, or '' to announce nothing 2.. ids     -> OK, or GONE (see lease.lua)
if redis.call('EXISTS', KEYS[1]) == 1 then return 'GONE' end
for i = 2, #ARGV do
  if redis.call('SADD', KEYS[2], ARGV[i]) == 1 and ARGV[1] ~= '' then redis.call('PUBLISH', ARGV[1], ARGV[i]) end
end
return 'OK'
