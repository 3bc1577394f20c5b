"""Drives a running district with PyPI's Open311 client `three`, and reads its XML with lxml.

WANGGE_URL is where the district is served, WANGGE_PASSWORDS its file of passwords. The last line says how many of the
tests passed and failed.
"""

import io
import itertools
import json
import os
import struct
import sys
import time
import unittest
import zlib
from datetime import date, datetime, timedelta, timezone

itertools.ifilter = filter  # `three` was written for Python 2.

import requests  # noqa: E402
from lxml import etree  # noqa: E402
from three import Three  # noqa: E402

URL = os.environ["WANGGE_URL"].rstrip("/")
ENDPOINT = URL + "/open311/v2/"
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
]


def signed_in(username):
    with open(os.environ["WANGGE_PASSWORDS"], encoding="utf-8") as file:
        password = json.load(file)[username]
    session = requests.Session()
    session.post(URL + "/api/v1/session", json={"username": username, "password": password}).raise_for_status()
    return session


def connected():
    """The key of a system that the administrator connects."""
    body = {"name": "three 0.8.0", "kind": "open311"}
    answer = signed_in("admin").post(URL + "/api/v1/systems", json=body)
    answer.raise_for_status()
    return answer.json()["key"]


def picture():
    """A PNG of one grey dot."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")


class Client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.key = connected()
        cls.three = Three(ENDPOINT, api_key=cls.key)
        cls.code = cls.three.services()[0]["service_code"]
        # Somewhere in the district: where a request of its past lies. Points are coarse, so one may fall outside.
        for one in cls.three.requests(count="50"):
            if one["lat"] is None:
                continue
            cls.place = (one["lat"], one["long"])
            cls.posted = cls.three.post(
                cls.code, lat=cls.place[0], long=cls.place[1], name="明 韦", phone="13800005678",
                description="井盖破损 <b>\n坑 & 洞", device_id="three",
            )
            if "service_request_id" in cls.posted[0]:
                break
        cls.id = cls.posted[0]["service_request_id"]

    def xml(self, *path, **query):
        content = Three(ENDPOINT, api_key=self.key, format="xml").get(*path, convert=False, **query)
        self.assertTrue(content.startswith(b'<?xml version="1.0" encoding="utf-8"?>'))
        root = etree.fromstring(content)
        for element in root.iter():
            self.assertFalse(element.attrib, element.tag)
            self.assertNotIn("{", element.tag)
        return root

    def test_discovery(self):
        found = self.three.discovery()
        self.assertEqual([one["type"] for one in found["endpoints"]], ["production", "test"])
        self.assertIn("text/xml", found["endpoints"][0]["formats"])
        self.assertEqual(found["endpoints"][0]["url"] + "/", ENDPOINT)
        self.assertEqual(self.three.discovery(ENDPOINT + "discovery.json"), requests.get(ENDPOINT + "discovery.json").content)
        self.assertEqual(len(self.xml("discovery").findall("endpoints/endpoint/formats/format")), 4)

    def test_services(self):
        services = self.three.services()
        self.assertGreater(len(services), 20)
        for service in services:
            self.assertIsInstance(service["service_code"], str)
            self.assertIsInstance(service["metadata"], bool)
        self.assertEqual(len(self.xml("services").findall("service")), len(services))
        described = next(service for service in services if service["metadata"])
        definition = self.three.services(described["service_code"])
        self.assertEqual(definition["service_code"], described["service_code"])
        self.assertGreater(len(definition["attributes"][0]["values"]), 0)

    def test_one_request(self):
        (request,) = self.three.request(self.id)
        self.assertEqual(sorted(request), sorted(FIELDS))
        self.assertEqual(request["description"], "井盖破损 <b>\n坑 & 洞")
        self.assertEqual(request["status"], "open")
        self.assertAlmostEqual(request["lat"], self.place[0], places=6)
        element = self.xml("requests", self.id).find("request")
        self.assertEqual([child.tag for child in element], FIELDS)
        self.assertEqual(element.findtext("description"), request["description"])

    def test_a_post_with_a_picture(self):
        media = io.BytesIO(picture())
        media.name = "cover.png"
        posted = self.three.post(
            self.code, lat=self.place[0], long=self.place[1], description="有照片", media=media, jurisdiction_id="450204",
        )
        self.assertEqual(self.three.post_response.status_code, 201)
        (request,) = self.three.request(posted[0]["service_request_id"])
        shown = requests.get(request["media_url"])
        self.assertEqual((shown.status_code, shown.headers["content-type"]), (200, "image/jpeg"))

    def test_the_same_post_is_the_same_request(self):
        again = self.three.post(
            self.code, lat=self.place[0], long=self.place[1], name="明 韦", phone="13800005678",
            description="井盖破损 <b>\n坑 & 洞", device_id="three",
        )
        self.assertEqual(again[0]["service_request_id"], self.id)

    def test_requests_of_a_span(self):
        self.assertEqual(self.three.requests(status="open", count="1")[0]["status"], "open")
        start = (date.today() - timedelta(days=30)).strftime("%m-%d-%Y")
        end = (date.today() + timedelta(days=1)).strftime("%m-%d-%Y")
        listed = self.three.requests(between=(start, end), count="200")
        self.assertIn(self.id, [one["service_request_id"] for one in listed])
        times = [one["requested_datetime"] for one in listed]
        self.assertEqual(times, sorted(times, reverse=True))
        of_code = self.three.requests(self.code, count="50")
        self.assertTrue(of_code and all(one["service_code"] == self.code for one in of_code))
        refused = self.three.requests(between=("01-01-2026", "11-30-2026"))
        self.assertEqual(refused[0]["code"], "400")

    def test_tokens(self):
        self.assertEqual(self.three.token(self.id), [{"service_request_id": self.id, "token": self.id}])
        self.assertEqual(self.three.token("nothing")[0]["code"], "404")

    def test_refusals(self):
        refused = Three(ENDPOINT, api_key="wrong").post(self.code, lat=self.place[0], long=self.place[1], description="x")
        self.assertEqual(refused[0]["code"], "403")
        refused = self.three.post("no such code", lat=self.place[0], long=self.place[1], description="x")
        self.assertEqual(refused[0]["code"], "404")
        self.assertEqual(len(self.three.post("", description="x", lat="1")), 2)
        self.assertEqual(self.three.request("006-20200101-00001-X")[0]["code"], "404")

    def test_updates_as_other_systems_poll_and_send_them(self):
        body = {
            "api_key": self.key, "service_request_id": self.id, "update_id": f"three-{time.time_ns()}", "status": "IN_PROGRESS",
            "updated_datetime": "2026-11-23T09:00:00+08:00", "description": "已联系", "jurisdiction_id": "450204",
        }
        sent = requests.post(ENDPOINT + "servicerequestupdates.xml", data=body)
        self.assertEqual(sent.status_code, 201)
        self.assertEqual(etree.fromstring(sent.content).findtext("request_update/update_id"), body["update_id"])
        self.assertEqual(requests.post(ENDPOINT + "servicerequestupdates.xml", data=body).status_code, 400)
        start = (datetime.now(timezone.utc) - timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
        updates = self.xml("servicerequestupdates", start_date=start).findall("request_update")
        self.assertIn(self.id, [update.findtext("service_request_id") for update in updates])

    def test_any_page_may_read(self):
        for method in ("services.json", "requests.xml?page_size=1", "discovery.xml", "requests/nothing.json"):
            answer = requests.get(ENDPOINT + method, headers={"origin": "https://example.org"})
            self.assertEqual(answer.headers["access-control-allow-origin"], "*")
        self.assertEqual(requests.head(ENDPOINT + "services.xml").status_code, 200)


if __name__ == "__main__":
    outcome = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(
        unittest.defaultTestLoader.loadTestsFromTestCase(Client)
    )
    failed = len(outcome.failures) + len(outcome.errors)
    print(f"three: ran {outcome.testsRun} tests: {max(outcome.testsRun - failed, 0)} passed, {failed} failed")
    sys.exit(0 if outcome.wasSuccessful() and outcome.testsRun else 1)
