export async function order(id) {
  const response = await fetch(`/orders/${id}`);
  if (response.status === 404) {
    return undefined;
  }
  return response.json();
}
