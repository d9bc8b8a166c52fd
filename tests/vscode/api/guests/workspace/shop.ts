import { StatusCodes } from "http-status-codes";

interface Response {
  status(code: number): Response;
}

export function gone(response: Response): Response {
  return response.status(StatusCodes.NOT_FOUND);
}

export function pay(response: Response): Response {
  return response.status(402);
}

export async function none(url: string): Promise<boolean> {
  const answer = await fetch(url);
  return answer.status === 404 || 410 ? true : false;
}

const total: number = "a mistake of another kind";
