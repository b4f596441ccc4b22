"""Negative surges: found, followed from opening to all-clear, told once. See docs/alerts.md."""

from reports.alerts.backtest import Replay, backtest
from reports.alerts.check import check
from reports.alerts.lifecycle import Change, settle
from reports.alerts.messages import alert_message
from reports.alerts.notify import notify
from reports.alerts.summary import Summary, summary

__all__ = ["Change", "Replay", "Summary", "alert_message", "backtest", "check", "notify", "settle", "summary"]
