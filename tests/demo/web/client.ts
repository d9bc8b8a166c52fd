export enum ShopStatus {
  NotFound = 404,
  Conflict = 409,
  TooManyRequests = 492,
}

export async function load(url: string): Promise<unknown> {
  const response = await fetch(url);
  switch (response.status) {
    case 401 || 403:
      throw new Error("sign in first");
    case 500:
      return undefined;
  }
  return response.json();
}
