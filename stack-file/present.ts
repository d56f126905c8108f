/**
 * A value of which something read before says that it is there: a number that counts another list, a name that was looked up.
 * Where a type can say it, or a list can be gone through in its stead, that is better.
 * @throws Error when it is missing all the same: a mistake of this program's
 */
export function present<Value>(value: Value | undefined, what: string): Value {
  if (value === undefined) throw new Error(`${what} is missing, which is a mistake of this program`);
  return value;
}
