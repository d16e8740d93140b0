"""Anymail as the other side: takes what Mailgun and Postmark bring, and reads it. JSON in, JSON out."""

import base64
import json
import sys

import django
from django.conf import settings

settings.configure(DEFAULT_CHARSET="utf-8", ALLOWED_HOSTS=["*"])
django.setup()

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import inbound
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.test import RequestFactory

asked = json.load(sys.stdin)
secret = asked["secret"]
views = {"mailgun": MailgunInboundWebhookView.as_view(), "postmark": PostmarkInboundWebhookView.as_view()}
known = {"mailgun": {"MAILGUN_WEBHOOK_SIGNING_KEY": secret}, "postmark": {"WEBHOOK_SECRET": "postmark:" + secret}}
heard = []


def hear(sender, event, esp_name, **_):
    message = event.message
    text = message.stripped_text or message.text or ""
    written_by = message.from_email
    sent_from = written_by.addr_spec if written_by else message.envelope_sender
    heard.append({"from": sent_from, "text": text.strip(), "id": message["Message-ID"], "subject": message.subject})


inbound.connect(hear)


def read(one):
    heard.clear()
    settings.ANYMAIL = known[one["channel"]]
    headers = {"HTTP_AUTHORIZATION": one["authorization"]} if one["authorization"] else {}
    body = base64.b64decode(one["body"])
    request = RequestFactory().post("/", data=body, content_type=one["content_type"], **headers)
    try:
        views[one["channel"]](request)
    except AnymailWebhookValidationFailure:
        return "refused"
    return heard[0]


print(json.dumps([read(one) for one in asked["letters"]]))
