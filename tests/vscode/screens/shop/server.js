import express from "express";
import { orders } from "./orders.js";

const app = express();

app.get("/orders/:id", (req, res) => {
  const order = orders.get(req.params.id);
  if (!order) return res.status(404).end();
  res.json(order);
});

app.post("/orders", (req, res) => {
  if (orders.has(req.body.id)) return res.status(409).end();
  orders.set(req.body.id, req.body);
  res.status(201).json(req.body);
});

app.listen(8080);
