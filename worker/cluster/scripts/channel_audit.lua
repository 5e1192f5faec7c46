-- Reads everything of one channel, and checks that its parts agree. Changes nothing.
-- KEYS state fence members extra held     ARGV 1 owner who asks 2 held, of any owner, without its name
-- -> {generation, version, {users of who asks}, {user, info, ...} the members, {what does not agree: sentence, user, ...}}
local call, state, members, extra = redis.call, KEYS[1], KEYS[3], KEYS[4]
local row, owners, counted = {}, {}, 0
local flat = call('HGETALL', state)
for i = 1, #flat, 2 do
  local field, value = flat[i], flat[i + 1]
  row[field] = value
  local kind = string.sub(field, 1, 2)
  if kind == 'c:' or kind == 'd:' then owners[string.sub(field, 3)] = true end
  if kind == 'c:' then counted = counted + value end
end

local holders, faults = {}, {}
local function fault(sentence, user)
  faults[#faults + 1] = sentence
  faults[#faults + 1] = user
end
for owner in pairs(owners) do
  for _, user in ipairs(call('SMEMBERS', ARGV[2] .. owner)) do holders[user] = (holders[user] or 0) + 1 end
end
local all = call('HGETALL', members)
local is_member = {}
for i = 1, #all, 2 do
  is_member[all[i]] = true
  if not holders[all[i]] then fault('a member whom no owner holds', all[i]) end
end
for user, count in pairs(holders) do
  if not is_member[user] then fault('an owner holds him, and he is no member', user) end
  if tonumber(call('HGET', extra, user) or 0) ~= count - 1 then fault('another number of owners hold him than is counted', user) end
end
if counted ~= tonumber(row['t'] or 0) then fault('the total is not the sum of the owners\' subscribers', '') end
return {row['g'] or '', tonumber(row['q'] or 0), call('SMEMBERS', KEYS[5]), all, faults}
