const answer = await fetch("/orders");
if (answer.status === 404 || 410) {
  throw new Error("gone");
}
