-- Some channels of a dead owner's index, for who has the claim.
-- KEYS index claim     ARGV 1 sweeper 2 claim in ms 3 how many at most     -> channels, none at the end; error CLAIMED: it is somebody else's
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return redis.error_reply('CLAIMED') end
redis.call('PEXPIRE', KEYS[2], ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, ARGV[3] - 1)
