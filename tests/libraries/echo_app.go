package web

import "github.com/labstack/echo/v4"

func handle(c echo.Context) error {
	if bad {
		return echo.NewHTTPError(400, "x") //= 400 raised echo
	}
	if moved {
		return c.Redirect(302, "/x") //= 302 redirected echo
	}
	return c.NoContent(204) //= 204 sent echo
}
