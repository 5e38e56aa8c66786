"""Who takes part. Roles are what a person acts as; one organisation may hold several (R-006)."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    PURCHASER = "purchaser"
    """采购人"""
    AGENCY = "agency"
    """采购代理机构, 集中采购机构 included (R-072)"""
    SUPPLIER = "supplier"
    """供应商"""
    EXPERT = "expert"
    """评审专家"""
    FINANCE = "finance"
    """财政部门: budget, plan approval, payment; no CA (R-034)"""
    SUPERVISOR = "supervisor"
    """监管部门: custodian in reserve, sees disputes"""
    PLATFORM = "platform"
    """平台: what the server itself does (numbering, closing, freeze, opening, publication)"""
