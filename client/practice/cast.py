"""Who is in a practice world: the trial company, three rivals, the demo's invented offices and experts. Nothing here exists."""

from __future__ import annotations

from dataclasses import replace

from client.demo.cast import AGENCY, EXPERTS, FINANCE, PURCHASER, Party
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
    Party("rival-3", Role.SUPPLIER, "91140100LX0000004D", "练习对手丙有限公司", "丙"),
)
"""Three: should the trial company's bid be found invalid, enough are left for a result (L-243)"""
PRICES = {"rival-1": "88400.00", "rival-2": "91750.00", "rival-3": "93900.00"}
"""What the rivals ask for, in yuan"""
DAYS = {"rival-1": 7, "rival-2": 7, "rival-3": 9}
"""Within how many days they deliver"""
OPERATOR = Party("platform", Role.PLATFORM, "91140000LX0000009P", "晋采练习平台", "练习值守")
STAFF = (FINANCE, PURCHASER, replace(AGENCY, algorithm="ec"))
"""The demo's offices; the chapters of the demo know them by their keys"""
MEMBERS = tuple(replace(expert, algorithm="ec") for expert in EXPERTS)
"""The demo's five experts evaluate; they register when they are called, not before"""
EVERYBODY = (*STAFF, *RIVALS, *MEMBERS, OPERATOR, TRIAL)
