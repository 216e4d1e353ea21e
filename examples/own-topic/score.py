"""Scores orders with the champion.

    pip install onnxruntime numpy mmh3
    python score.py checkpoints/champion/model.onnx
"""

import math
import sys

import mmh3
import numpy
import onnxruntime

COUNTRIES = ["AT", "DE", "FR", "IT", "NL"]


def inputs(orders):
    """The inputs that pipeline.yaml defines: one float32 input for the numbers, one int64 input per category."""
    features, countries, shops = [], [], []
    for order in orders:
        minute = 2 * math.pi * (order["hour"] * 60 + order["minute"]) / 1440
        amount = (math.log1p(order["amount"]) - 4) / 1
        features.append([math.sin(minute), math.cos(minute), amount, float(order["new_customer"])])
        country = order["country"]
        countries.append([COUNTRIES.index(country) if country in COUNTRIES else len(COUNTRIES)])
        shops.append([mmh3.hash(order["shop"], seed=0, signed=False) % 64])
    return {
        "features": numpy.array(features, numpy.float32),
        "country": numpy.array(countries, numpy.int64),
        "shop": numpy.array(shops, numpy.int64),
    }


def main(path):
    session = onnxruntime.InferenceSession(path)
    orders = [
        {"hour": 14, "minute": 30, "amount": 250.0, "new_customer": True, "country": "DE", "shop": "shop-7"},
        {"hour": 14, "minute": 30, "amount": 25.0, "new_customer": False, "country": "FR", "shop": "shop-7"},
    ]
    (logits,) = session.run(None, inputs(orders))
    for order, logit in zip(orders, numpy.ravel(logits)):
        print(f"{order['country']} {order['amount']:7.2f}: returned with probability {1 / (1 + math.exp(-logit)):.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
