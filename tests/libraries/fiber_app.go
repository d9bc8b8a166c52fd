package web

import "github.com/gofiber/fiber/v2"

func handle(c *fiber.Ctx) error {
	if bad {
		return fiber.NewError(fiber.StatusNotFound, "x") //= 404 raised fiber
	}
	if moved {
		return c.Redirect("/x", 302) //= 302 redirected fiber
	}
	return c.Status(409).JSON(x) //= 409 sent fiber
}
