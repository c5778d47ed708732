"""Plugin of pytest that runs moto's own tests against the sandbox: each test has a new one. moto answers EC2 only."""

import os
import subprocess
from pathlib import Path

import boto3
import botocore.endpoint
import pytest
from moto.core.config import default_user_config
from moto.core.models import ServerModeMockAWS
from moto.server import ThreadedMotoServer

MAIN = Path(__file__).parents[2] / "src" / "sandbox" / "main.ts"

# The sandbox verifies signatures, so moto must keep the keys. boto3 finds the sandbox by AWS_ENDPOINT_URL, so
# mock_aws has nothing to replace.
default_user_config["core"]["mock_credentials"] = False
ServerModeMockAWS._enable_patching = lambda self, reset=True: None
ServerModeMockAWS._disable_patching = lambda self, remove_data: None


@pytest.fixture(scope="session", autouse=True)
def ec2():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    os.environ["AWS_ENDPOINT_URL_EC2"] = f"http://127.0.0.1:{port}"
    yield
    server.stop()


@pytest.fixture(autouse=True)
def sandbox(ec2):
    command = ["node", str(MAIN), "--port", "0", "--scenario", "empty"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        endpoint = process.stdout.readline().split()[-1]
        os.environ["AWS_ENDPOINT_URL"] = endpoint
        # moto's account has no cluster at first.
        boto3.client("ecs", endpoint_url=endpoint).delete_cluster(cluster="default")
        yield
    finally:
        process.terminate()
        process.wait()


read_response = botocore.endpoint.convert_to_response_dict


def read_with_addresses_of_aws(http_response, operation_model):
    """The tests compare image addresses with those of AWS. The sandbox's are its own host and port."""
    answer = read_response(http_response, operation_model)
    host = os.environ.get("AWS_ENDPOINT_URL", "").removeprefix("http://").encode()
    service = operation_model.service_model.service_name
    if service in ("ecr", "ecs") and host and isinstance(answer["body"], bytes):
        region = os.environ["AWS_DEFAULT_REGION"]
        of_aws = f"123456789012.dkr.ecr.{region}.amazonaws.com".encode()
        answer["body"] = answer["body"].replace(b"http://" + host, b"https://" + of_aws).replace(host, of_aws)
    return answer


botocore.endpoint.convert_to_response_dict = read_with_addresses_of_aws
