-- Takes raw clients out of their owner's set; each id that was there is announced, so that it is announced once, whoever asks.
-- KEYS ids     ARGV 1 channel 2.. ids
for i = 2, #ARGV do
  if redis.call('SREM', KEYS[1], ARGV[i]) == 1 then redis.call('PUBLISH', ARGV[1], ARGV[i]) end
end
return 'OK'
