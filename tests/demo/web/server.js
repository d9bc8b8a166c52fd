import express from "express";

const app = express();

app.get("/old-cart", (req, res) => {
  res.redirect(200, "/cart");
});

app.get("/cart", async (req, res) => {
  const answer = await fetch(`http://api/carts/${req.query.id}`);
  if (answer.status >= 200 && answer.status <= 300) {
    res.json(await answer.json());
  }
  if (!req.query.id) {
    res.status(400).json({ error: "no cart" });
  }
  res.status(200).json({ items: [] });
});

app.delete("/cart", (req, res) => {
  res.status(204).json({ removed: true });
});

app.listen(3000);
