-- Takes a node out of the registry.
-- KEYS seen rows     ARGV 1 node     -> OK
redis.call('ZREM', KEYS[1], ARGV[1])
redis.call('HDEL', KEYS[2], ARGV[1])
return redis.status_reply('OK')
