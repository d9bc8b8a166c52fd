import tornado.web


class Handler(tornado.web.RequestHandler):
    def get(self):
        self.set_status(404)  #= 404 sent tornado
        self.write("x" * 500)
        raise tornado.web.HTTPError(403)  #= 403 raised tornado

    def post(self):
        self.redirect("/x", status=303)  #= 303 redirected tornado
        self.send_error(500)  #= 500 sent tornado
