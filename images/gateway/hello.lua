-- The one name of a TLS ClientHello, or nothing for bytes that are not exactly that: one record with one message that fills it, lists
-- that end where they say, no extension twice (RFC 8446, 4.2), one name in the list of names. haproxy's own reader takes the first name of
-- several, and a site may take another. What cannot be read has no name, and is refused.
local function one_name(hello)
  if #hello < 9 then return end
  local record, _, size, message, length = (">I1I2I2I1I3"):unpack(hello)
  if record ~= 22 or message ~= 1 or length + 4 ~= size or #hello < 5 + size then return end
  local at, last = 10 + 34, 5 + size
  -- Past the session's id, the ciphers and the compressions.
  for _, width in ipairs({ 1, 2, 1 }) do
    if at + width - 1 > last then return end
    at = at + width + (">I" .. width):unpack(hello, at)
  end
  if at + 1 > last or at + 1 + (">I2"):unpack(hello, at) ~= last then return end
  at = at + 2
  local seen, name = {}, nil
  while at <= last do
    if at + 3 > last then return end
    local kind, long = (">I2I2"):unpack(hello, at)
    at = at + 4
    if seen[kind] or at + long - 1 > last then return end
    seen[kind] = true
    if kind == 0 then
      if long < 6 then return end
      local list, type, letters = (">I2I1I2"):unpack(hello, at)
      if list ~= long - 2 or type ~= 0 or letters ~= long - 5 then return end
      name = hello:sub(at + 5, at + long - 1)
    end
    at = at + long
  end
  return name
end

-- A fetch and no converter: haproxy hands bytes to a converter as a text, which ends at the first zero (3.0).
core.register_fetches("one_name", function(txn) return one_name(txn.f:req_payload(0, 0) or "") end)
