from django.http import Http404, HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import redirect, render
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response


def view(request):
    if 1:
        return HttpResponse("x", status=404)  #= 404 sent django
    if 2:
        return JsonResponse({"total": 200})  #= 200 sent django
    if 3:
        return HttpResponseNotFound("x")  #= 404 sent django
    if 4:
        raise Http404("x")  #= 404 raised django
    if 5:
        return render(request, "a.html", {}, status=500)  #= 500 sent django
    if 6:
        raise PermissionDenied()  #= 403 raised djangorestframework
    if 7:
        raise serializers.ValidationError("x")  #= 400 raised djangorestframework
    if 8:
        return redirect("/home")
    return Response(data, status=status.HTTP_201_CREATED)  #= 201 sent djangorestframework


class ViewTest(TestCase):
    def test_view(self):
        r = self.client.get("/x")
        self.assertEqual(r.status_code, 200)  #= 200 expected unittest
        self.assertEqual(404, r.status_code)  #= 404 expected unittest
        self.assertEqual(len(r.content), 512)
        self.assertContains(r, "x", status_code=404)  #= 404 expected django
        self.assertRedirects(r, "/x", 302, 200)  #= 302 expected django; 200 expected django
