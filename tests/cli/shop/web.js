const express = require("express");
const app = express();

app.delete("/orders", (req, res) => {
  res.status(204).json({ deleted: true });
});
