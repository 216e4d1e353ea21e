"""Generates made-up orders.

python produce.py 30000           sends them to the topic; needs pip install kafka-python
python produce.py 30000 --print   prints them as key|record, for any other client
"""

import datetime
import json
import random
import sys

SERVERS = "localhost:9092"


def order(number, start, random):
    country = random.choice(["AT", "DE", "FR", "IT", "NL", "CH"])
    amount = round(random.lognormvariate(4, 1), 2)
    new = random.random() < 0.3
    odds = 0.05 + 0.45 * new + 0.15 * (amount > 100) + 0.2 * (country in ("DE", "AT"))
    return {
        "order_id": number,
        "ordered_at": (start + datetime.timedelta(seconds=2 * number)).isoformat(timespec="seconds") + "Z",
        "amount": amount,
        "new_customer": new,
        "country": country,
        "shop": f"shop-{random.randrange(200)}",
        "items_returned": random.randint(1, 3) if random.random() < odds else 0,
    }


def orders(count):
    generator = random.Random(1)
    start = datetime.datetime(2026, 1, 1)
    for number in range(count):
        yield str(number % 5000), json.dumps(order(number, start, generator))


def write(count):
    from kafka import KafkaProducer
    from kafka.admin import KafkaAdminClient, NewTopic

    admin = KafkaAdminClient(bootstrap_servers=SERVERS)
    if "orders" not in admin.list_topics():
        admin.create_topics([NewTopic("orders", num_partitions=4, replication_factor=1)])
    producer = KafkaProducer(bootstrap_servers=SERVERS, linger_ms=20)
    for key, value in orders(count):
        producer.send("orders", key=key.encode(), value=value.encode())
    producer.flush()
    print(f"sent {count} orders")


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--print"]
    count = int(arguments[0]) if arguments else 30_000
    if "--print" in sys.argv:
        for key, value in orders(count):
            print(f"{key}|{value}")
    else:
        write(count)
