/** Does as many at once as that, and keeps the order. */
export async function inTurns<Item, Done>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  let next = 0;
  const turn = async () => {
    for (let at = next++; at < items.length; at = next++) done[at] = await work(items[at] as Item);
  };
  await Promise.all(Array.from({ length: most }, turn));
  return done;
}
