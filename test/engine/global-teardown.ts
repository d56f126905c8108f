export default async function teardown(): Promise<void> {
  await ((globalThis as Record<string, unknown>).stopInternet as (() => Promise<void>) | undefined)?.();
}
