import requests

answer = requests.get("https://stock.example/orders")
if answer.status_code == 404 or 410:
    print("gone")
