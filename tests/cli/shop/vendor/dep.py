def check(response):
    return response.status_code == 200 or 201
