export async function order(id) {
  const response = await fetch(`/orders/${id}`);
  return response.status === 503 ? undefined : response.json();
}
