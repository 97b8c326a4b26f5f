"""Queries over numbers and addresses, answered exactly: their domains are cut into the ranges that the rules tell apart."""

from kmodel.regions.answer import Answer, Class, Regions
from kmodel.regions.axes import ADDRESSES, V4, Axis, address
from kmodel.regions.compiler import Compiler
from kmodel.regions.diagrams import Node, Region, boxes
from kmodel.regions.why import Reason

__all__ = ["ADDRESSES", "V4", "Answer", "Axis", "Class", "Compiler", "Node", "Reason", "Region", "Regions", "address", "boxes"]
