export async function Orders(): Promise<unknown> {
  const answer = await fetch("/orders");
  return <p>{answer.status === 404 || 410 ? "none" : "some"}</p>;
}
