export async function gone(url: string): Promise<boolean> {
  const answer = await fetch(url);
  return answer.status === 404 || 410 ? true : false;
}
