"""Trains a small PyTorch model on the first 20,000 flights and exports it to ONNX.

    pip install torch onnx numpy
    python export.py                 # writes model.onnx next to this script

Millrace trains model.onnx on from these weights: see pipeline.yaml. The batch axis must be dynamic. Exported from
eval() as here, dropout is gone from the graph; export with training=torch.onnx.TrainingMode.PRESERVE to keep it.
"""

import csv
import gzip
import math
from datetime import datetime
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent
FLIGHTS = HERE / "../../deploy/demo/src/main/resources/flights/flights-2001-01.csv.gz"
FIRST = 20_000  # model.trained_until of pipeline.yaml has their end in the topic

# The same list as in pipeline.yaml; all other airports together are one more category.
AIRPORTS = (
    "ATL ORD DFW LAX PHX STL IAH DTW LAS MSP DEN CLT PHL SFO PIT EWR BOS SLC SEA LGA CVG DCA MCO BWI OAK SJC TPA MIA "
    "SAN CLE"
).split()
INDEX = {code: i for i, code in enumerate(AIRPORTS)}


class Lateness(nn.Module):
    """Logit of "arrives more than 15 minutes late"; inputs named and shaped as Millrace fills them."""

    def __init__(self):
        super().__init__()
        self.origin = nn.Embedding(len(AIRPORTS) + 1, 6)
        self.destination = nn.Embedding(len(AIRPORTS) + 1, 6)
        self.body = nn.Sequential(
            nn.Linear(17, 48), nn.LayerNorm(48), nn.GELU(), nn.Dropout(0.05), nn.Linear(48, 24), nn.GELU()
        )
        self.head = nn.Linear(24, 1)

    def forward(self, features, origin, destination):
        places = torch.cat([self.origin(origin).flatten(1), self.destination(destination).flatten(1)], 1)
        return self.head(self.body(torch.cat([features, places], 1)))


def read(count):
    features, origins, destinations, labels = [], [], [], []
    with gzip.open(FLIGHTS, "rt") as file:
        for row in csv.DictReader(file):
            when = datetime.fromisoformat(row["scheduled"])
            minute = 2 * math.pi * (when.hour * 60 + when.minute) / 1440
            day = 2 * math.pi * when.weekday() / 7
            distance = (math.log1p(float(row["distance_miles"])) - 6.3) / 0.8
            features.append([math.sin(minute), math.cos(minute), math.sin(day), math.cos(day), distance])
            origins.append([INDEX.get(row["origin"], len(AIRPORTS))])
            destinations.append([INDEX.get(row["destination"], len(AIRPORTS))])
            labels.append([1.0 if int(row["arrival_delay_minutes"]) > 15 else 0.0])
            if len(labels) == count:
                break
    return torch.tensor(features), torch.tensor(origins), torch.tensor(destinations), torch.tensor(labels)


def main():
    torch.manual_seed(0)
    data = read(FIRST)
    model = Lateness()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    loss_of = nn.BCEWithLogitsLoss()
    for start in range(0, FIRST, 50):
        features, origin, destination, label = (part[start : start + 50] for part in data)
        loss = loss_of(model(features, origin, destination), label)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    names = ["features", "origin", "destination"]
    torch.onnx.export(
        model,
        tuple(part[:2] for part in data[:3]),
        HERE / "model.onnx",
        opset_version=16,
        input_names=names,
        output_names=["logit"],
        dynamic_axes={name: {0: "batch"} for name in [*names, "logit"]},
    )
    print(f"last loss {loss.item():.3f}, wrote {HERE / 'model.onnx'}")


if __name__ == "__main__":
    main()
