"""Who is in a practice world: the trial company, two rivals, and the demo's invented offices. Nothing here exists."""

from __future__ import annotations

from dataclasses import replace

from client.demo.cast import AGENCY, FINANCE, PURCHASER, Party
from client.practice.place import TRIAL_KEY
from procurement.basics.roles import Role

PIN = "12345678"
"""PIN of the trial certificate; shown to the person, who types it where a real certificate would be asked for its own"""
AUTHORITY, STAMPS = "晋采练习证书", "晋采练习时间戳"
TRIAL = Party(TRIAL_KEY, Role.SUPPLIER, "91140100LX0000001A", "晋采练习供应商有限公司", "练习人")
"""The company the person acts for"""
RIVALS = (
    Party("rival-1", Role.SUPPLIER, "91140100LX0000002B", "练习对手甲有限公司", "甲"),
    Party("rival-2", Role.SUPPLIER, "91140100LX0000003C", "练习对手乙有限公司", "乙"),
)
PRICES = {"rival-1": "88400.00", "rival-2": "91750.00"}
"""What the rivals ask for, in yuan"""
OPERATOR = Party("platform", Role.PLATFORM, "91140000LX0000009P", "晋采练习平台", "练习值守")
STAFF = (FINANCE, PURCHASER, replace(AGENCY, algorithm="ec"))
"""The demo's offices; the chapters of the demo know them by their keys"""
EVERYBODY = (*STAFF, *RIVALS, OPERATOR, TRIAL)
